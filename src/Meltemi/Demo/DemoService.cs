namespace Meltemi.Program.Demo;

/// <summary>The services of the demo; also the names of their listeners.</summary>
internal static class DemoService
{
    public const string Dubbo = "dubbo";
    public const string Thrift = "thrift";

    /// <summary>In the order in which they are shown.</summary>
    public static readonly string[] All = [Dubbo, Thrift];
}
