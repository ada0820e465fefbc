using Meltemi.Codec;
using Meltemi.Proxy.Flow;
using Meltemi.Transport;

namespace Meltemi.Proxy.Filters;

/// <summary>
/// A step between the client and the router. One instance serves one listener on one loop, so its fields need no locks; what belongs to
/// one request is kept under <see cref="Exchange.FilterState"/>. Filters see attributes and mutations, never bytes, and so serve every
/// protocol. Requests pass the filters in order, answers in reverse.
/// </summary>
public abstract class Filter
{
    /// <summary>
    /// Whether <see cref="OnResponse"/> looks at attributes of answers. Default true; where no filter does, they are not looked for.
    /// </summary>
    public virtual bool ReadsAnswers => true;

    /// <summary>A request came. <paramref name="message"/> is valid during the call only.</summary>
    public virtual FilterStatus OnRequest(Exchange exchange, in MessageView message) => FilterStatus.Continue;

    /// <summary>The upstream's answer came. Not called for answers of the proxy itself.</summary>
    public virtual FilterStatus OnResponse(Exchange exchange, in MessageView message) => FilterStatus.Continue;

    /// <summary>The exchange is over, however it ended. Called for every request that reached <see cref="OnRequest"/>.</summary>
    public virtual void OnCompleted(Exchange exchange) { }
}

/// <summary>What a filter decided.</summary>
public enum FilterStatus : byte
{
    /// <summary>Go on.</summary>
    Continue,

    /// <summary>Wait: the message is kept until <see cref="Exchange.Resume"/>. The deadline goes on running.</summary>
    Pause,

    /// <summary>The filter ended the exchange by <see cref="Exchange.Reply(ReplyReason, ReadOnlySpan{byte})"/> or <see cref="Exchange.Abort"/>.</summary>
    Stop,
}

/// <summary>A message's wanted attributes, by slot of the listener's keys.</summary>
public readonly ref struct MessageView(ReadOnlySpan<byte> message, AttributeValues values)
{
    /// <summary>The message.</summary>
    internal ReadOnlySpan<byte> Bytes { get; } = message;

    /// <summary>Its attributes.</summary>
    internal AttributeValues Values { get; } = values;

    /// <summary>Whether the message has the attribute.</summary>
    public bool Has(int slot) => Values.Has(slot);

    /// <summary>The value as UTF-8; empty if absent.</summary>
    public ReadOnlySpan<byte> this[int slot] => Values.Get(slot, Bytes);
}

/// <summary>Makes the filters of one name.</summary>
public interface IFilterFactory
{
    /// <summary>Name in configuration.</summary>
    string Name { get; }

    /// <summary>Attributes that the filter reads.</summary>
    IEnumerable<string> WantedKeys(object? options);

    /// <summary>Makes the instance of one listener on one loop.</summary>
    Filter Create(object? options, FilterContext context);
}

/// <summary>What a filter is made for.</summary>
/// <param name="Listener">Name of the listener.</param>
/// <param name="Keys">Slots of the attributes.</param>
/// <param name="Loop">The loop that it serves.</param>
public sealed record FilterContext(string Listener, AttributeKeys Keys, EventLoop Loop);
