namespace Meltemi.Proxy.Config;

/// <summary>
/// Attributes that every request of every protocol has, because the proxy knows them. Named as Istio's authorization conditions; what a
/// request itself carries under such a name is not looked at.
/// </summary>
public static class ConnectionAttributes
{
    /// <summary>The client's IP address.</summary>
    public const string SourceIp = "source.ip";
}
