using Meltemi.Codec;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Inbound;
using Meltemi.Proxy.Telemetry.AccessLog;

namespace Meltemi.Proxy.Routing.Templates;

/// <summary>
/// The changes of a route that has templates among them. A request's attributes are saved when it is routed, since its bytes are gone when the
/// answer wants them.
/// </summary>
internal sealed class RouteTemplates
{
    private readonly ChangeList _requests;
    private readonly ChangeList _responses;
    private readonly AttributePacker _request;
    private readonly AttributePacker _response;

    public RouteTemplates(ChangeList requests, ChangeList responses, AccessLogKeys wanted, AttributeKeys keys)
    {
        _requests = requests;
        _responses = responses;
        _request = new AttributePacker(wanted.Request, keys);
        _response = new AttributePacker(wanted.Response, keys);
        WantsResponses = wanted.Response.Count > 0;
    }

    /// <summary>Whether attributes of answers are looked at.</summary>
    public bool WantsResponses { get; }

    /// <summary>A request was routed: makes its changes.</summary>
    public void Request(Exchange x, Worker worker, ReadOnlySpan<byte> message)
    {
        var state = x.Templates ??= new TemplateState();
        state.Save(_request, worker.Values, message);
        if (!_requests.HasTemplates) return;
        var entry = Entry(x, worker);
        entry.RequestAttributes = state.Request;
        state.Text.Length = 0;
        _requests.Render(entry, state.Text, x.Mutation);
    }

    /// <summary>Its answer came: makes the answer's changes.</summary>
    public void Response(Exchange x, Worker worker, ReadOnlySpan<byte> message, in Frame frame)
    {
        if (!_responses.HasTemplates || x.Templates is not { } state) return;
        state.SaveResponse(_response, worker.Values, message);
        var entry = Entry(x, worker);
        entry.ResponseCode = frame.Code;
        entry.BytesSent = x.ResponseBytes;
        entry.RequestAttributes = state.Request;
        entry.ResponseAttributes = state.Response;
        state.Text.Length = 0;
        _responses.Render(entry, state.Text, x.Mutation);
    }

    private static AccessLogEntry Entry(Exchange x, Worker worker) =>
        AccessLogModel.Entry(x, worker.Loop.NowNanoseconds - x.StartNanoseconds, x.Model.AccessLog.Protocol);
}
