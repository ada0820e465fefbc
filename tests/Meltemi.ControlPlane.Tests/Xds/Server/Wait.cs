namespace Meltemi.ControlPlane.Tests.Xds.Server;

/// <summary>Waits for a state that another thread brings about.</summary>
internal static class Wait
{
    public static async Task Until(Func<bool> state, string what)
    {
        var end = DateTime.UtcNow + Mesh.Limit;
        while (!state())
        {
            Assert.True(DateTime.UtcNow < end, $"waited in vain for {what}");
            await Task.Delay(5);
        }
    }
}
