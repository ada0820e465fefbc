using System.Collections.Immutable;
using Meltemi.Codec;

namespace Meltemi.Proxy.Config;

/// <summary>
/// Chains that are chosen by a connection's first bytes: the listener filter <c>meltemi.filters.listener.protocol_inspector</c> and the chains with
/// <c>filter_chain_match.application_protocols</c>.
/// </summary>
public sealed record RecognitionConfig
{
    /// <summary>The chains, in the order of the configuration.</summary>
    public required ImmutableArray<RecognisedChainConfig> Chains { get; init; }

    /// <summary>How long a client may say too little to be recognised (<c>listener_filters_timeout</c>). Zero: for ever. Default, as in Envoy, 15 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// After the time limit the client goes to the listener's other chain (<c>continue_on_listener_filters_timeout</c>), else it is closed. Default
    /// false.
    /// </summary>
    public bool FallBackAfterTimeout { get; init; }
}

/// <summary>A chain and whose connections it takes.</summary>
/// <param name="Name">The filter chain's, or else its protocols; unique in the listener, never empty.</param>
/// <param name="Protocols">Their codecs, which recognise them.</param>
/// <param name="Chain">What is done with the connections.</param>
public sealed record RecognisedChainConfig(string Name, ImmutableArray<ICodec> Protocols, ChainConfig Chain);
