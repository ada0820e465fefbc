namespace DubboService;

/// <summary>Calls the greeting service and checks what it answers. Does not own the connection.</summary>
public sealed class GreetingClient(DubboClient client)
{
    /// <summary>Calls a method as a user; null: nobody in particular.</summary>
    /// <exception cref="DubboCallException">The call was not answered by the service, or not as it must.</exception>
    public async Task<ServedBy> CallAsync(string method, string name, string? user, CancellationToken cancel = default)
    {
        var answer = await client.CallAsync(new()
        {
            Interface = GreetingService.Interface,
            Method = method,
            Arguments = [name],
            Attachments = user is null ? new() : new Dictionary<string, string> { ["user"] = user },
        }, cancel);
        if (answer.Status != DubboStatus.Ok) throw new DubboCallException($"status {answer.Status}: {answer.Text}");
        var mustThrow = method == GreetingService.FailingHello;
        if (mustThrow != answer.ExceptionClass is not null) throw new DubboCallException($"{answer.ExceptionClass}: {answer.Text}");
        return ReadSignature(answer.Text ?? "", mustThrow ? $"{name} is not welcome (" : $"Hello, {name}! (");
    }

    private static ServedBy ReadSignature(string text, string greeting)
    {
        if (text.StartsWith(greeting, StringComparison.Ordinal) && text.EndsWith(')')
            && text[greeting.Length..^1].Split('/') is [var version, var instance]) return new(version, instance);
        throw new DubboCallException($"'{text}' is not the answer to this call");
    }
}

/// <summary>Who answered.</summary>
public sealed record ServedBy(string Version, string Instance);

/// <summary>A call did not succeed.</summary>
public sealed class DubboCallException(string message) : Exception(message);
