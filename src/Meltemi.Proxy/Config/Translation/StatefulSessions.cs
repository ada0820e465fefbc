using Envoy.Extensions.Filters.Http.StatefulSession.V3;
using Envoy.Extensions.Http.StatefulSession.Header.V3;
using Meltemi.Codec;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Sessions by an attribute that names the endpoint.</summary>
internal static class StatefulSessions
{
    /// <summary>Full name of the message.</summary>
    public const string Type = "envoy.extensions.filters.http.stateful_session.v3.StatefulSession";

    private const string State = "envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState";

    /// <summary>Translates; null if that is not possible.</summary>
    /// <param name="codec">The protocol; null: not known.</param>
    public static StatefulSessionConfig? Translate(StatefulSession session, CodecInfo? codec, TranslationContext context, string path)
    {
        var statePath = $"{path}.session_state.typed_config";
        var state = context.Resolve(session.SessionState?.TypedConfig, statePath);
        if (TranslationContext.TypeOf(state) is var type && type != State)
        {
            context.Problems.Error(statePath, type.Length == 0 ? $"it is missing: {State} is supported" : $"{type} is not supported; {State} is");
            return null;
        }

        var name = context.Unpack(state!, HeaderBasedSessionState.Parser, statePath).Name;
        if (codec?.WhyFixed(name, Origin.Server) is { } complaint)
        {
            context.Problems.Error(path, $"answers cannot carry a session: {complaint}");
            return null;
        }

        return new(name, session.Strict);
    }
}
