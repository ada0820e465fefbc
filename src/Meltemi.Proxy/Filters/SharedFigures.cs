using Meltemi.Proxy.Telemetry.Metrics;

namespace Meltemi.Proxy.Filters;

/// <summary>
/// Figures of something in a <see cref="WeakTable{TKey,TValue}"/>: given back when nobody refers to them any more, and so nobody can count with them. Until then
/// a filter that comes back goes on counting.
/// </summary>
internal abstract class SharedFigures(StatScope scope)
{
    protected StatScope Scope { get; } = scope;

    ~SharedFigures() => Scope.Remove();
}
