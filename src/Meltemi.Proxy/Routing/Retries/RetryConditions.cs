using Meltemi.Codec;

namespace Meltemi.Proxy.Routing.Retries;

/// <summary>
/// The one table of what the names of <c>retry_on</c> mean for protocols that are not HTTP: which failures of a try, and which kinds of answers, are
/// reasons for another. Exceptions of the service's business (<see cref="AnswerStatus.ApplicationError"/>) are in none of them: only a code or an
/// attribute can name them.
/// </summary>
public static class RetryConditions
{
    /// <summary>Answers whose code is in <c>retriable_status_codes</c>.</summary>
    public const string StatusCodes = "retriable-status-codes";

    /// <summary>Answers that fulfil one of <c>retriable_headers</c>.</summary>
    public const string Headers = "retriable-headers";

    private static readonly ReplyReason[] NotConnected = [ReplyReason.ConnectFailure, ReplyReason.ConnectTimeout];

    private static readonly ReplyReason[] NotAnswered =
        [.. NotConnected, ReplyReason.ConnectionClosed, ReplyReason.MalformedResponse, ReplyReason.Timeout];

    /// <summary>Name, failures, kinds of answers.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<ReplyReason> Failures, IReadOnlyList<AnswerStatus> Answers)> Table { get; } =
    [
        ("connect-failure", NotConnected, []),
        ("reset-before-request", NotConnected, []),
        ("reset", NotAnswered, []),
        ("refused-stream", [], [AnswerStatus.Overloaded]),
        ("gateway-error", NotAnswered, [AnswerStatus.Overloaded, AnswerStatus.Timeout]),
        ("5xx", NotAnswered, [AnswerStatus.ServerError, AnswerStatus.Overloaded, AnswerStatus.Timeout]),
        ("retriable-4xx", [], [AnswerStatus.ClientError]),
        ("unavailable", [], [AnswerStatus.Overloaded]),
        ("resource-exhausted", [], [AnswerStatus.Overloaded]),
        ("deadline-exceeded", [], [AnswerStatus.Timeout]),
        ("internal", [], [AnswerStatus.ServerError]),
        (StatusCodes, [], []),
        (Headers, [], []),
    ];

    /// <summary>Names of Envoy's that no answer here can fulfil.</summary>
    public static IReadOnlyList<string> WithoutEffect { get; } = ["cancelled", "envoy-ratelimited", "http3-post-connect-failure"];

    /// <summary>The names.</summary>
    public static IEnumerable<string> Names => Table.Select(row => row.Name);
}
