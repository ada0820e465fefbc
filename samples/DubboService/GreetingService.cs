namespace DubboService;

/// <summary>
/// <c>org.meltemi.samples.GreetingService</c>: three methods with a name as argument. Every answer ends with who gave it, as in
/// <c>Hello, Ann! (v1/dubbo-1)</c>.
/// </summary>
public sealed class GreetingService(string version, string instance)
{
    public const string Interface = "org.meltemi.samples.GreetingService";

    /// <summary>Greets.</summary>
    public const string SayHello = "sayHello";

    /// <summary>Greets after 50 ms.</summary>
    public const string SlowHello = "slowHello";

    /// <summary>Throws an IllegalArgumentException.</summary>
    public const string FailingHello = "failingHello";

    private static readonly TimeSpan Slowness = TimeSpan.FromMilliseconds(50);

    /// <summary>The handler for a <see cref="DubboServer"/>.</summary>
    public async Task<Answer> HandleAsync(Invocation call)
    {
        if (call.Interface != Interface) return Answer.Failed(DubboStatus.ServiceNotFound, $"no service {call.Interface}");
        if (call.Arguments is not [string name]) return Answer.Failed(DubboStatus.ServiceError, $"{call.Method} takes one text");
        switch (call.Method)
        {
            case SayHello:
                return Answer.Of(Sign($"Hello, {name}!"));
            case SlowHello:
                await Task.Delay(Slowness);
                return Answer.Of(Sign($"Hello, {name}!"));
            case FailingHello:
                return Answer.Thrown("java.lang.IllegalArgumentException", Sign($"{name} is not welcome"));
            default:
                return Answer.Failed(DubboStatus.ServiceError, $"no method {call.Method}");
        }
    }

    private string Sign(string text) => $"{text} ({version}/{instance})";
}
