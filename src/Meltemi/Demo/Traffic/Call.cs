namespace Meltemi.Program.Demo.Traffic;

/// <summary>A call that is over.</summary>
/// <param name="Service">One of <see cref="DemoService"/>.</param>
/// <param name="Method">What was called.</param>
/// <param name="User">Who called; null: nobody in particular.</param>
/// <param name="Version">Version that answered; null: the call failed.</param>
/// <param name="Elapsed">How long it took, seen by the client.</param>
/// <param name="Error">Why it failed; null: it did not.</param>
internal readonly record struct Call(string Service, string Method, string? User, string? Version, TimeSpan Elapsed, string? Error);
