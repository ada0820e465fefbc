namespace Greetings;

/// <summary>
/// The service that speaks every protocol: <c>org.meltemi.samples.Greeter</c> with the method <c>sayHello</c>, which takes a name and
/// answers with a greeting and who gave it.
/// </summary>
public static class Greeting
{
    public const string Service = "org.meltemi.samples.Greeter";
    public const string SayHello = "sayHello";

    /// <summary>What a server of this version answers.</summary>
    public static string Text(string name, string version) => $"Hello, {name}! ({version})";

    /// <summary>The version that gave an answer.</summary>
    /// <exception cref="GreetingException">It is not the answer to a call with this name.</exception>
    public static string Version(string name, string text)
    {
        var start = $"Hello, {name}! (";
        return text.StartsWith(start, StringComparison.Ordinal) && text.EndsWith(')')
            ? text[start.Length..^1]
            : throw new GreetingException($"'{text}' is not the answer to this call");
    }
}

/// <summary>A call in terms of every protocol.</summary>
/// <param name="Id">Id on its connection.</param>
/// <param name="Method">What is called.</param>
/// <param name="Name">The argument.</param>
/// <param name="Caller">Application that calls; empty: it does not say.</param>
public sealed record GreetingCall(uint Id, string Method, string Name, string Caller);

/// <summary>An answer in terms of every protocol.</summary>
/// <param name="Id">Id of the call.</param>
/// <param name="Text">The greeting, or what the error says.</param>
/// <param name="Error">The error's code as the protocol has it; null: it is none.</param>
public sealed record GreetingAnswer(uint Id, string Text, string? Error = null);

/// <summary>A call that was answered with an error, or not as it must.</summary>
public sealed class GreetingException(string message) : Exception(message);
