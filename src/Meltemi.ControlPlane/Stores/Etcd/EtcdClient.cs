using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>
/// The few calls of etcd's v3 API that the store needs, over its JSON gateway: plain HTTP, so that nothing has to be generated or linked.
/// One endpoint is used until it fails, then the next. Safe from any thread.
/// </summary>
internal sealed class EtcdClient : IDisposable
{
    private readonly EtcdStoreOptions _options;
    private readonly HttpClient _http;
    private int _endpoint;
    private volatile string? _token;

    public EtcdClient(EtcdStoreOptions options)
    {
        _options = options;
        _http = new(EtcdTls.Handler(options)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The endpoint in use.</summary>
    public Uri Endpoint => _options.Endpoints[(int)((uint)Volatile.Read(ref _endpoint) % (uint)_options.Endpoints.Count)];

    /// <summary>Another endpoint, if there is one; the login is done again there.</summary>
    public void NextEndpoint()
    {
        Interlocked.Increment(ref _endpoint);
        _token = null;
    }

    /// <summary>Reads keys.</summary>
    public Task<RangeResponse> RangeAsync(RangeRequest request, CancellationToken cancel) => CallAsync<RangeResponse>("/v3/kv/range", request, cancel);

    /// <summary>Writes if the comparisons hold.</summary>
    public Task<TxnResponse> TxnAsync(TxnRequest request, CancellationToken cancel) => CallAsync<TxnResponse>("/v3/kv/txn", request, cancel);

    /// <summary>All that happens to keys from a revision on, one message after the other, until the connection breaks.</summary>
    public async IAsyncEnumerable<WatchResponse> WatchAsync(WatchRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var response = await SendAsync("/v3/watch", request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        await using var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        await foreach (var line in JsonSerializer.DeserializeAsyncEnumerable<WatchLine>(stream, topLevelValues: true, EtcdJson.Options, cancel)
            .ConfigureAwait(false))
        {
            if (line?.Error is { } error) throw new EtcdException(Math.Max(error.Code, error.GrpcCode), error.Message ?? "the watch failed");
            if (line?.Result is { } result) yield return result;
        }
    }

    /// <summary>A lease: what is written under it is deleted unless it is kept alive, in seconds.</summary>
    public Task<LeaseResponse> GrantAsync(long seconds, CancellationToken cancel) =>
        CallAsync<LeaseResponse>("/v3/lease/grant", new LeaseRequest(Ttl: seconds), cancel);

    /// <summary>Keeps a lease alive for its time from now on.</summary>
    public async Task<LeaseResponse> KeepAliveAsync(long lease, CancellationToken cancel)
    {
        var line = await CallAsync<LeaseLine>("/v3/lease/keepalive", new LeaseRequest(lease), cancel).ConfigureAwait(false);
        return line.Result ?? throw new EtcdException(Math.Max(line.Error?.Code ?? 0, line.Error?.GrpcCode ?? 0), line.Error?.Message ?? "no answer about the lease");
    }

    /// <summary>Ends a lease and deletes what was written under it.</summary>
    public Task RevokeAsync(long lease, CancellationToken cancel) => CallAsync<LeaseResponse>("/v3/lease/revoke", new LeaseRequest(lease), cancel);

    public void Dispose() => _http.Dispose();

    private async Task<T> CallAsync<T>(string path, object request, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(_options.RequestTimeout);
        try
        {
            using var response = await SendAsync(path, request, HttpCompletionOption.ResponseContentRead, timeout.Token).ConfigureAwait(false);
            return (await response.Content.ReadFromJsonAsync<T>(EtcdJson.Options, timeout.Token).ConfigureAwait(false))!;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new HttpRequestException($"no answer within {_options.RequestTimeout.TotalSeconds} s");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string path, object request, HttpCompletionOption completion, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var token = _options.User is null ? null : _token ??= await LoginAsync(cancel).ConfigureAwait(false);
            try
            {
                return await SendOnceAsync(path, request, token, completion, cancel).ConfigureAwait(false);
            }
            catch (EtcdException e) when (e.IsBadToken && token is not null && attempt == 1)
            {
                _token = null;
            }
        }
    }

    private async Task<string> LoginAsync(CancellationToken cancel)
    {
        var request = new AuthenticateRequest(_options.User!, _options.Password ?? "");
        using var response = await SendOnceAsync("/v3/auth/authenticate", request, null, HttpCompletionOption.ResponseContentRead, cancel)
            .ConfigureAwait(false);
        return (await response.Content.ReadFromJsonAsync<AuthenticateResponse>(EtcdJson.Options, cancel).ConfigureAwait(false))!.Token;
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        string path, object request, string? token, HttpCompletionOption completion, CancellationToken cancel)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(Endpoint, path));
        message.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, request.GetType(), EtcdJson.Options));
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (token is not null) message.Headers.TryAddWithoutValidation("Authorization", token);
        var response = await _http.SendAsync(message, completion, cancel).ConfigureAwait(false);
        if (response.IsSuccessStatusCode) return response;
        using (response) throw await ErrorAsync(response, cancel).ConfigureAwait(false);
    }

    private static async Task<EtcdException> ErrorAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var text = await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
        try
        {
            if (JsonSerializer.Deserialize<EtcdError>(text, EtcdJson.Options) is { } error)
                return new(error.Code, error.Message ?? error.Error ?? text);
        }
        catch (JsonException)
        {
            // Not etcd's own answer: a proxy's, or not an etcd at all.
        }

        return new(EtcdException.Unavailable, $"HTTP status {(int)response.StatusCode}: {text.AsSpan(0, Math.Min(text.Length, 200))}");
    }
}
