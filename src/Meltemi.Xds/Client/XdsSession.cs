using Envoy.Config.Core.V3;
using Google.Rpc;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Server;

namespace Meltemi.Xds.Client;

/// <summary>
/// One stream's side of the protocol: what to say next, and what an answer means. It does no I/O and runs on the client's queue. Types are served
/// in the order of <see cref="XdsTypes.InOrder"/>; acknowledgements come first.
/// </summary>
internal abstract class XdsSession<TRequest, TResponse>(Node node, IReadOnlyDictionary<string, TypeState> types, IXdsHandler handler)
    where TRequest : class
    where TResponse : class
{
    /// <summary>A server that goes on sending while nobody takes our answers is not worth more memory.</summary>
    private const int MaxWaitingAnswers = 64;

    private readonly Dictionary<string, TypeStream> _streams = new(StringComparer.Ordinal);
    private bool _introduced;

    protected IXdsHandler Handler => handler;

    /// <summary>The next request; null: there is nothing to say.</summary>
    public TRequest? Next()
    {
        foreach (var type in XdsTypes.InOrder)
        {
            if (StreamOf(type) is { Answers.Count: > 0 } stream) return Request(stream, stream.Answers.Dequeue());
        }

        foreach (var type in XdsTypes.InOrder)
        {
            if (StreamOf(type) is not { } stream || stream.Said == stream.Type.Changes) continue;
            if (!stream.IsOpen && !stream.Type.IsWildcard && stream.Type.Names.Count == 0) continue;
            return Request(stream, null);
        }

        return null;
    }

    /// <summary>Takes a response in; the answer to it is among what <see cref="Next"/> gives.</summary>
    public abstract void Received(TResponse response);

    /// <summary>A request of a type: the answer to a response, if there is one, and what changed of what is wanted.</summary>
    protected abstract TRequest Write(TypeStream stream, Answer? answer, Node? node);

    /// <summary>The state of a type; null if nobody asked for it: some servers send endpoints along with clusters, to be asked for again.</summary>
    protected TypeStream? Find(string type) => StreamOf(type) is { IsOpen: true } stream ? stream : null;

    protected static void Say(TypeStream stream, Answer answer)
    {
        if (stream.Answers.Count == MaxWaitingAnswers)
            throw new GrpcException(GrpcStatusCode.ResourceExhausted, $"the server sends without taking answers, {MaxWaitingAnswers} wait");
        stream.Answers.Enqueue(answer);
    }

    protected static Status? Detail(Answer? answer) =>
        answer is { Refusal: { } refusal } ? new Status { Code = (int)GrpcStatusCode.InvalidArgument, Message = refusal } : null;

    private TRequest Request(TypeStream stream, Answer? answer)
    {
        stream.Type.ForgetUnwanted();
        var request = Write(stream, answer, _introduced ? null : node);
        _introduced = true;
        stream.IsOpen = true;
        stream.Said = stream.Type.Changes;
        return request;
    }

    private TypeStream? StreamOf(string type)
    {
        if (_streams.TryGetValue(type, out var stream)) return stream;
        return types.TryGetValue(type, out var state) ? _streams[type] = new(state) : null;
    }

    /// <summary>What was said of a type on this stream.</summary>
    protected sealed class TypeStream(TypeState type)
    {
        public TypeState Type => type;

        /// <summary>The first request of the type was made.</summary>
        public bool IsOpen { get; set; }

        /// <summary><see cref="TypeState.Changes"/> when the last request was made.</summary>
        public int Said { get; set; } = -1;

        /// <summary>The names that the server knows we want.</summary>
        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

        /// <summary>Nonce of the last response.</summary>
        public string Nonce { get; set; } = "";

        /// <summary>Answers to responses that are still to be sent.</summary>
        public Queue<Answer> Answers { get; } = new();
    }

    /// <summary>An ACK or, with a refusal, a NACK.</summary>
    protected sealed record Answer(string Nonce, string? Refusal);
}
