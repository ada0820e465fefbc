using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meltemi.Program.Client;

/// <summary>Speaks with a controller's API. Every failure is a <see cref="CommandFailedException"/> that names the next step.</summary>
internal sealed class ControllerClient : IDisposable
{
    private const string Json = "application/json";
    private readonly ControllerAddress _address;
    private readonly HttpClient _http;

    public ControllerClient(ControllerAddress address)
    {
        _address = address;
        _http = new HttpClient(Handler(address)) { BaseAddress = address.Api, Timeout = Timeout.InfiniteTimeSpan };
        if (address.TokenFile is not { } file) return;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ReadToken(file));
    }

    /// <summary>Gets an object; null if it is not there.</summary>
    public async Task<JsonObject?> FindAsync(string path, string accept = Json, CancellationToken cancel = default)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, accept, cancel).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(response, cancel).ConfigureAwait(false);
    }

    /// <summary>Gets an object that must be there.</summary>
    public async Task<JsonObject> GetAsync(string path, string accept = Json, CancellationToken cancel = default)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, accept, cancel).ConfigureAwait(false);
        return await ReadAsync(response, cancel).ConfigureAwait(false);
    }

    /// <summary>Writes or deletes; answers what is there now, and what the controller warns of.</summary>
    public async Task<(JsonObject Answer, IReadOnlyList<string> Warnings)> WriteAsync(
        HttpMethod method, string path, JsonNode? body, CancellationToken cancel = default)
    {
        using var response = await SendAsync(method, path, body, Json, cancel).ConfigureAwait(false);
        var answer = await ReadAsync(response, cancel).ConfigureAwait(false);
        return (answer, response.Headers.TryGetValues("Warning", out var values) ? [.. values.Select(WarningText)] : []);
    }

    /// <summary>An endless answer, line by line.</summary>
    public async IAsyncEnumerable<JsonObject> StreamAsync(
        string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, Json, cancel).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) await ReadAsync(response, cancel).ConfigureAwait(false);
        var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (await reader.ReadLineAsync(cancel).ConfigureAwait(false) is { } line)
        {
            if (line.Length > 0) yield return JsonNode.Parse(line)!.AsObject();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler Handler(ControllerAddress address)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) };
        if (address.CaFile is not { } file || address.Api.Scheme != Uri.UriSchemeHttps) return handler;
        var trusted = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trusted.CustomTrustStore.ImportFromPemFile(file);
        handler.SslOptions.CertificateChainPolicy = trusted;
        return handler;
    }

    /// <summary>The token in a file.</summary>
    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    public static string ReadToken(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"the token cannot be read: {e.Message} Name another file with --token-file", ExitCodes.Failed);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, JsonNode? body, string accept, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, Json);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            var cause = e.InnerException?.Message ?? e.Message;
            throw new CommandFailedException(
                $"no controller answers at {_address.Api} ({cause}); start one with 'meltemi controller', or name it with --controller", ExitCodes.Failed);
        }
    }

    private async Task<JsonObject> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var text = await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
        JsonObject? answer;
        try
        {
            answer = JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            answer = null;
        }

        if (response.IsSuccessStatusCode && answer is not null) return answer;
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw new CommandFailedException($"{_address.Api} refuses the token in {_address.TokenFile ?? "(no file)"}; name its file with --token-file", ExitCodes.Failed);
        var reason = answer?["message"]?.GetValue<string>() ?? $"{(int)response.StatusCode} {response.ReasonPhrase} is not an answer of a controller";
        throw new CommandFailedException(reason, ExitCodes.Failed);
    }

    // RFC 9110 section 11: 299 - "text", with \" and \\ escaped.
    private static string WarningText(string header)
    {
        var start = header.IndexOf('"', StringComparison.Ordinal);
        return start < 0 ? header : header[(start + 1)..].TrimEnd().TrimEnd('"').Replace("\\\"", "\"", StringComparison.Ordinal);
    }
}
