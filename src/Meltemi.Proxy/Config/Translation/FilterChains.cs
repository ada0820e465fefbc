using System.Collections.Immutable;
using Envoy.Config.Listener.V3;
using Meltemi.Codec;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>
/// A listener's chains: one that takes every connection, or some with <c>application_protocols</c>, which take those that the protocol inspector
/// recognises, and at most one for the others.
/// </summary>
internal sealed class FilterChains(Listener listener, ListenerFilters filters, TranslationContext context, string path)
{
    private readonly List<RecognisedChainConfig> _recognised = [];

    // Where a protocol or chain name stands first.
    private readonly Dictionary<string, string> _takenBy = new(StringComparer.Ordinal);
    private ChainConfig? _others;
    private string? _othersPath;
    private bool _hasMatches;
    private int _failed;

    public bool ProxyProtocol { get; private set; }

    /// <summary>The listener with its chains; null: there is none, or one that cannot be used.</summary>
    public ListenerConfig? AddTo(ListenerConfig config)
    {
        for (var i = 0; i < listener.FilterChains.Count; i++) Add(listener.FilterChains[i], $"{path}.filter_chains[{i}]", isDefault: false);
        if (listener.DefaultFilterChain is { } chain) Add(chain, $"{path}.default_filter_chain", isDefault: true);
        if (listener.FilterChains.Count == 0 && listener.DefaultFilterChain is null)
            context.Problems.Error($"{path}.filter_chains", "a listener needs a filter chain");
        if (!_hasMatches && filters.InspectorPath is { } inspector)
            context.Problems.Warning(inspector, "no effect: no chain has filter_chain_match.application_protocols");
        if (_failed > 0 || (_others is null && _recognised.Count == 0)) return null;
        return config with { Chain = _others, Recognition = _recognised.Count > 0 ? Recognition() : null };
    }

    private RecognitionConfig Recognition()
    {
        var fallsBack = listener.ContinueOnListenerFiltersTimeout;
        if (fallsBack && _others is null)
            context.Problems.Warning($"{path}.continue_on_listener_filters_timeout", "no effect: every chain has application_protocols, so silent clients are closed");
        var config = new RecognitionConfig { Chains = [.. _recognised], FallBackAfterTimeout = fallsBack };
        return listener.ListenerFiltersTimeout is { } timeout ? config with { Timeout = Values.Span(timeout) } : config;
    }

    private void Add(FilterChain chain, string chainPath, bool isDefault)
    {
        ListenerTranslator.CheckPlaintext(chain.TransportSocket, context, $"{chainPath}.transport_socket");
        ProxyProtocol |= chain.UseProxyProto == true;
        var protocols = CheckMatch(chain.FilterChainMatch, $"{chainPath}.filter_chain_match", isDefault);
        var config = NetworkFilters.Translate(chain, context, chainPath);
        if (config is null) _failed++;
        if (protocols.Length == 0) AddForOthers(config, chainPath);
        else if (config is not null) AddRecognised(chain, config, chainPath, Codecs(protocols, config, $"{chainPath}.filter_chain_match.application_protocols"));
    }

    private void AddForOthers(ChainConfig? config, string chainPath)
    {
        if (_othersPath is not null)
        {
            context.Problems.Error(chainPath, $"{Short(_othersPath)} takes every connection already: this one needs filter_chain_match.application_protocols");
            return;
        }

        (_others, _othersPath) = (config, chainPath);
    }

    private void AddRecognised(FilterChain chain, ChainConfig config, string chainPath, ImmutableArray<ICodec> codecs)
    {
        if (codecs.IsEmpty) return;
        var name = chain.Name.Length > 0 ? chain.Name : string.Join(',', codecs.Select(codec => codec.Info.Name));
        if (!_takenBy.TryAdd($"chain {name}", chainPath))
            context.Problems.Error($"{chainPath}.name", $"the name '{name}' is taken by {Short(_takenBy[$"chain {name}"])}");
        else _recognised.Add(new(name, codecs, config));
    }

    /// <summary>The protocols of a match, and an error for each other condition.</summary>
    private string[] CheckMatch(FilterChainMatch? match, string matchPath, bool isDefault)
    {
        if (match is null) return [];
        var rest = match.Clone();
        rest.ApplicationProtocols.Clear();
        if (rest.TransportProtocol == "raw_buffer") rest.TransportProtocol = ""; // as all connections
        if (rest.CalculateSize() > 0) context.Problems.Error(matchPath, "choosing a filter chain by the connection is not supported yet");
        if (match.ApplicationProtocols.Count == 0) return [];
        _hasMatches = true;
        if (isDefault) context.Problems.Error($"{matchPath}.application_protocols", "the default chain takes the connections that no other takes");
        else if (filters.InspectorPath is null)
        {
            context.Problems.Error(
                $"{matchPath}.application_protocols",
                $"nobody finds out the protocol: add the listener filter {ListenerFilters.ProtocolInspector} to listener_filters");
        }

        return [.. match.ApplicationProtocols];
    }

    private ImmutableArray<ICodec> Codecs(string[] protocols, ChainConfig chain, string protocolsPath)
    {
        var codecs = ImmutableArray.CreateBuilder<ICodec>();
        for (var i = 0; i < protocols.Length; i++)
        {
            var itemPath = $"{protocolsPath}[{i}]";
            if (CodecOf(protocols[i], chain, itemPath) is not { } codec || !CanBeRecognised(codec.Info, itemPath)) _failed++;
            else if (_takenBy.TryAdd(codec.Info.Name, itemPath)) codecs.Add(codec);
            else context.Problems.Error(itemPath, $"connections of '{codec.Info.Name}' are taken by {Short(_takenBy[codec.Info.Name])}");
        }

        return codecs.ToImmutable();
    }

    /// <summary>The chain's own codec, which may be a described one; that of a chain which serves bytes is the process's.</summary>
    private ICodec? CodecOf(string protocol, ChainConfig chain, string itemPath)
    {
        var served = chain as ProtocolChainConfig;
        var own = served?.Codec;
        if (own?.Info.Name == protocol || served?.ProtocolName == protocol) return own;
        if (Translation.Codecs.Create(protocol, new(), context, itemPath) is not { } codec) return null;
        if (own is null) return codec;
        if (own.Info.Name == codec.Info.Name) return own;
        context.Problems.Error(itemPath, $"the chain serves '{own.Info.Name}', so it cannot take connections of '{codec.Info.Name}'");
        return null;
    }

    private bool CanBeRecognised(CodecInfo info, string itemPath)
    {
        if (info.Certainty != Certainty.None) return true;
        var reason = info.ServerSpeaksFirst ? "its servers speak first" : "nothing in its first bytes tells it from others";
        context.Problems.Error(itemPath, $"'{info.Name}' cannot be recognised, as {reason}: give it a listener of its own");
        return false;
    }

    private string Short(string itemPath) => itemPath[(path.Length + 1)..];
}
