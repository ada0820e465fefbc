using System.Globalization;
using Meltemi.Bench.Lab.Load;

namespace Meltemi.Bench.Lab.Upstream;

/// <summary>Where an upstream server listens on the loopback address, by protocol.</summary>
internal sealed class ServicePorts(IReadOnlyDictionary<ProtocolKind, int> ports)
{
    private const string Start = "listening";

    public int this[ProtocolKind protocol] => ports[protocol];

    public static ServicePorts Parse(string line) => new(line.Split(' ').Skip(1).Select(word => word.Split('=')).ToDictionary(
        pair => Enum.Parse<ProtocolKind>(pair[0], ignoreCase: true), pair => int.Parse(pair[1], CultureInfo.InvariantCulture)));

    /// <summary>The line that <c>lab upstream</c> prints when it listens.</summary>
    public override string ToString() =>
        Start + string.Concat(ports.Select(port => string.Create(CultureInfo.InvariantCulture, $" {port.Key}={port.Value}"))).ToLowerInvariant();
}
