using System.Collections.Immutable;
using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Turns a <see cref="Listener"/> into the record that the proxy runs by.</summary>
public static class ListenerTranslator
{
    /// <summary>Translates one listener; null if that is not possible at all. Errors stand in the context's problems.</summary>
    public static ListenerConfig? Translate(Listener listener, TranslationContext context, string path)
    {
        var addresses = TranslateAddresses(listener, context, path);
        var filters = ListenerFilters.Translate(listener, context, path);
        var chains = new FilterChains(listener, filters, context, path);
        var defaults = chains.AddTo(new ListenerConfig { Name = "", Addresses = addresses, Chain = null });
        if (listener.BindToPort == false)
            context.Problems.Error($"{path}.bind_to_port", "listeners without a port of their own are not supported yet");
        if (listener.Transparent == true) context.Problems.Warning($"{path}.transparent", "not implemented yet, ignored");
        if (listener.UseOriginalDst == true) context.Problems.Warning($"{path}.use_original_dst", "not implemented yet, ignored");
        if (defaults is null || addresses.IsEmpty) return null;
        return defaults with
        {
            Name = listener.Name.Length > 0 ? listener.Name : addresses[0].ToString()!,
            ProxyProtocol = filters.ProxyProtocol || chains.ProxyProtocol,
            Backlog = listener.TcpBacklogSize is { } backlog ? Values.Clamp(backlog) : defaults.Backlog,
            BufferLimitBytes = listener.PerConnectionBufferLimitBytes is { } limit ? Values.Clamp(limit) : defaults.BufferLimitBytes,
        };
    }

    private static ImmutableArray<EndPoint> TranslateAddresses(Listener listener, TranslationContext context, string path)
    {
        var addresses = ImmutableArray.CreateBuilder<EndPoint>();
        if (Addresses.Listening(context, listener.Address, $"{path}.address") is { } first) addresses.Add(first);
        for (var i = 0; i < listener.AdditionalAddresses.Count; i++)
        {
            var itemPath = $"{path}.additional_addresses[{i}].address";
            if (Addresses.Listening(context, listener.AdditionalAddresses[i].Address, itemPath) is { } address) addresses.Add(address);
        }

        return addresses.ToImmutable();
    }

    /// <summary>Refuses every transport socket but the plain one.</summary>
    internal static void CheckPlaintext(TransportSocket? socket, TranslationContext context, string path)
    {
        if (socket is null || socket.Name == "envoy.transport_sockets.raw_buffer") return;
        if (TranslationContext.TypeOf(socket.TypedConfig) == "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer") return;
        context.Problems.Error(path, $"'{socket.Name}' is not supported yet: connections are plaintext");
    }
}
