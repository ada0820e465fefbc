using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Metrics;
using Answer = Meltemi.Codec.Recognition;

namespace Meltemi.Proxy.Inbound.Recognition;

/// <summary>
/// Chooses a chain by a connection's first bytes. Codecs are asked in the order of their certainty, then of the configuration; the first that says
/// yes is believed once all before it have said no. As yes and no are final, it does not matter in which pieces the bytes come.
/// </summary>
internal sealed class Recogniser
{
    private readonly Candidate[] _candidates;

    /// <param name="chains">The chains, in the order of the configuration.</param>
    public Recogniser(RecognitionConfig config, ChainState[] chains, Func<string, int> foundSeries)
    {
        Chains = chains;
        Timeout = config.Timeout;
        FallBackAfterTimeout = config.FallBackAfterTimeout;
        _candidates =
        [
            .. config.Chains.SelectMany((chain, i) => chain.Protocols.Select(codec => new Candidate(codec, chains[i], foundSeries(codec.Info.Name))))
                .OrderByDescending(candidate => candidate.Codec.Info.Certainty),
        ];
    }

    /// <summary>The chains that it chooses from.</summary>
    public IReadOnlyList<ChainState> Chains { get; }

    public TimeSpan Timeout { get; }

    public bool FallBackAfterTimeout { get; }

    /// <summary>Whose the bytes are.</summary>
    /// <param name="bytes">The first bytes of the connection, at least one.</param>
    /// <param name="likeliest">The first that says yes, whatever those before it may still say; null: none.</param>
    /// <returns>Whether that is final: <paramref name="likeliest"/> it is, or none of all.</returns>
    public bool Choose(ReadOnlySpan<byte> bytes, out Candidate? likeliest)
    {
        var mayBeMore = bytes.Length < Recognising.MaxBytes;
        if (!mayBeMore) bytes = bytes[..Recognising.MaxBytes];
        var open = false;
        foreach (var candidate in _candidates)
        {
            var answer = candidate.Codec.Recognise(bytes);
            if (answer == Answer.Yes)
            {
                likeliest = candidate;
                return !open;
            }

            open |= answer == Answer.NeedMore && mayBeMore;
        }

        likeliest = null;
        return !open;
    }
}

/// <summary>A protocol that a connection may be of.</summary>
/// <param name="Found">Series of the connections that were.</param>
internal sealed record Candidate(ICodec Codec, ChainState Chain, int Found);
