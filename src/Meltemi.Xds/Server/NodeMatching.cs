using Envoy.Config.Core.V3;
using Envoy.Type.Matcher.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Expressions;
using Meltemi.Xds.Grpc;

namespace Meltemi.Xds.Server;

/// <summary>Whether a node is meant (<c>envoy.type.matcher.v3.NodeMatcher</c>).</summary>
internal static class NodeMatching
{
    /// <exception cref="GrpcException">The matcher cannot be obeyed.</exception>
    public static bool Matches(NodeMatcher matcher, Node node) =>
        (matcher.NodeId is null || Matches(matcher.NodeId, node.Id)) && matcher.NodeMetadatas.All(one => Matches(one, node.Metadata));

    private static bool Matches(StructMatcher matcher, Struct? metadata)
    {
        var value = metadata is null ? null : Value.ForStruct(metadata);
        foreach (var segment in matcher.Path) value = value?.StructValue?.Fields.GetValueOrDefault(segment.Key);
        return matcher.Value?.MatchPatternCase switch
        {
            ValueMatcher.MatchPatternOneofCase.PresentMatch => value is not null == matcher.Value.PresentMatch,
            ValueMatcher.MatchPatternOneofCase.NullMatch => value?.KindCase == Value.KindOneofCase.NullValue,
            ValueMatcher.MatchPatternOneofCase.BoolMatch => value?.KindCase == Value.KindOneofCase.BoolValue && value.BoolValue == matcher.Value.BoolMatch,
            ValueMatcher.MatchPatternOneofCase.StringMatch =>
                value?.KindCase == Value.KindOneofCase.StringValue && Matches(matcher.Value.StringMatch, value.StringValue),
            _ => throw Unknown("the value of node_metadatas"),
        };
    }

    private static bool Matches(StringMatcher matcher, string text)
    {
        var comparison = matcher.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return matcher.MatchPatternCase switch
        {
            StringMatcher.MatchPatternOneofCase.Exact => text.Equals(matcher.Exact, comparison),
            StringMatcher.MatchPatternOneofCase.Prefix => text.StartsWith(matcher.Prefix, comparison),
            StringMatcher.MatchPatternOneofCase.Suffix => text.EndsWith(matcher.Suffix, comparison),
            StringMatcher.MatchPatternOneofCase.Contains => text.Contains(matcher.Contains, comparison),
            StringMatcher.MatchPatternOneofCase.SafeRegex => MatchesRegex(matcher.SafeRegex.Regex, text),
            _ => throw Unknown("a string matcher"),
        };
    }

    private static bool MatchesRegex(string pattern, string text) => RegexCache.Complaint(pattern) is { } complaint
        ? throw new GrpcException(GrpcStatusCode.InvalidArgument, $"'{pattern}' is {complaint}")
        : RegexCache.Get(pattern).IsMatch(text);

    private static GrpcException Unknown(string what) =>
        new(GrpcStatusCode.InvalidArgument, $"{what} must say one of the kinds of match that this server knows");
}
