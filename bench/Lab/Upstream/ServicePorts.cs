using System.Globalization;

namespace Meltemi.Bench.Lab.Upstream;

/// <summary>Where an upstream server, or an arm before it, listens on the loopback address.</summary>
internal sealed record ServicePorts(int Dubbo, int Thrift)
{
    /// <summary>Where an arm that can do so lets Thrift clients share upstream connections; else as <see cref="Thrift"/>.</summary>
    public int SharedThrift { get; init; } = Thrift;

    /// <summary>The line that <c>lab upstream</c> prints when it listens.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"listening dubbo={Dubbo} thrift={Thrift}");

    public static ServicePorts Parse(string line)
    {
        var words = line.Split(' ', '=');
        return new ServicePorts(
            int.Parse(words[2], CultureInfo.InvariantCulture), int.Parse(words[4], CultureInfo.InvariantCulture));
    }
}
