using System.Net;

namespace Meltemi.Transport;

/// <summary>What was found at the start of a connection that should carry a PROXY protocol header.</summary>
public enum ProxyHeaderStatus : byte
{
    /// <summary>The header is complete.</summary>
    Complete,

    /// <summary>So far right, but not all there.</summary>
    Incomplete,

    /// <summary>No such header, or one that breaks its rules.</summary>
    Malformed,
}

/// <summary>
/// A header of the PROXY protocol, versions 1 and 2 (haproxy.org, proxy-protocol.txt): which connection a proxy in front of us speaks
/// for. The parser is a pure function of the bytes.
/// </summary>
public readonly record struct ProxyHeader
{
    /// <summary>Bytes of the header; what follows belongs to the connection.</summary>
    public int Length { get; init; }

    /// <summary>Where the connection came from; null if the proxy does not say (LOCAL, UNKNOWN, an unnamed socket).</summary>
    public EndPoint? Source { get; init; }

    /// <summary>Where it went to; null as above.</summary>
    public EndPoint? Destination { get; init; }

    /// <summary>Finds a header at the start of the bytes. Allocates only for the addresses.</summary>
    /// <param name="bytes">The first bytes of the connection, as many as there are.</param>
    /// <param name="header">Set if complete.</param>
    /// <param name="need">If incomplete: how many bytes are needed to know more; always more than there are.</param>
    public static ProxyHeaderStatus Parse(ReadOnlySpan<byte> bytes, out ProxyHeader header, out int need)
    {
        header = default;
        need = bytes.Length + 1;
        if (bytes.IsEmpty)
            return ProxyHeaderStatus.Incomplete;
        return bytes[0] == (byte)'P'
            ? ProxyHeaderV1.Parse(bytes, out header)
            : ProxyHeaderV2.Parse(bytes, out header, ref need);
    }
}
