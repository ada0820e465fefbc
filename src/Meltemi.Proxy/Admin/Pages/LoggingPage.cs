using Meltemi.Proxy.Admin.Http;
using Meltemi.Proxy.Telemetry.Logging;

namespace Meltemi.Proxy.Admin.Pages;

/// <summary>The level of the process log.</summary>
internal static class LoggingPage
{
    public static HttpResponse Show(IAdminState state) => HttpResponse.Text($"active loggers:\n  all: {state.Log.Level.Name()}\n");

    public static HttpResponse Change(HttpRequest request, IAdminState state)
    {
        if (request.Parameter("level") is not { } name) return Show(state);
        if (!LogLevels.TryParse(name, out var level)) return HttpResponse.Error(400, $"level is one of {string.Join(", ", LogLevels.All)}");
        state.Log.Level = level;
        return Show(state);
    }
}
