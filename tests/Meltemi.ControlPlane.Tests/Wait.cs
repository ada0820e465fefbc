using System.Runtime.CompilerServices;

namespace Meltemi.ControlPlane.Tests;

/// <summary>Waits for a state that another thread or process brings about and tells nobody about.</summary>
internal static class Wait
{
    /// <summary>How long a test waits for anything: it is reached only when something is broken, however busy the machine is.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Returns when <paramref name="state"/> holds; fails after <see cref="Limit"/>, naming it.</summary>
    public static Task Until(Func<bool> state, [CallerArgumentExpression(nameof(state))] string what = "") => Until(() => Task.FromResult(state()), what);

    /// <summary>The same for what has to be asked for.</summary>
    public static async Task Until(Func<Task<bool>> state, [CallerArgumentExpression(nameof(state))] string what = "")
    {
        var start = Environment.TickCount64;
        while (!await state())
        {
            Assert.True(Environment.TickCount64 - start < Limit.TotalMilliseconds, $"waited in vain for {what}");
            await Task.Delay(Pause);
        }
    }
}
