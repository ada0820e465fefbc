namespace Meltemi.Protocols.Thrift;

/// <summary>
/// What is remembered of one direction of a connection: the dialect of its first message, to which the following ones are held, and
/// how far an unfinished unframed message has been skipped, so that one that trickles in is not read again and again.
/// </summary>
internal sealed class ThriftConnection
{
    private ThriftSkipper? _skipper;

    public ThriftDialect Dialect { get; set; }

    /// <summary>Made for connections that turn out to be unframed; the others do not pay for its stack.</summary>
    public ThriftSkipper Skipper => _skipper ??= new();
}
