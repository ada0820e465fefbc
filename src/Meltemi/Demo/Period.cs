namespace Meltemi.Program.Demo;

/// <summary>
/// A stretch of time in which a service has the same rules and all its instances. A call counts for it only if it began and ended in it, so
/// that every counted call was routed by these rules and no others.
/// </summary>
internal sealed class Period(DemoRules rules)
{
    public DemoRules Rules { get; } = rules;
}
