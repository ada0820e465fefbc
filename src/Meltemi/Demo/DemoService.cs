namespace Meltemi.Program.Demo;

/// <summary>The services of the demo; the names of their resources, too.</summary>
internal static class DemoService
{
    public const string Dubbo = "dubbo";
    public const string Thrift = "thrift";

    /// <summary>In the order in which they are shown.</summary>
    public static readonly string[] All = [Dubbo, Thrift];

    /// <summary>The host of a service in the mesh.</summary>
    public static string Host(string service) => $"{service}.demo.meltemi.org";

    /// <summary>Name of its port, which says the protocol.</summary>
    public static string PortName(string service) => $"tcp-metaprotocol-{service}";
}
