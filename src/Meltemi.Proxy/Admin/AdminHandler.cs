using Meltemi.Proxy.Admin.Http;
using Meltemi.Proxy.Admin.Pages;

namespace Meltemi.Proxy.Admin;

/// <summary>Finds the page of a request and keeps strangers' browsers out.</summary>
public sealed class AdminHandler : IHttpHandler
{
    private readonly AdminPage[] _pages;
    private readonly Dictionary<string, AdminPage> _byPath;

    /// <summary>All pages over one proxy.</summary>
    public AdminHandler(IAdminState state)
    {
        _pages =
        [
            new("/", "This page", _ => HelpPage.Show(_pages!)),
            new("/ready", "Whether the proxy serves: 200 with LIVE, else 503 with its state", _ => ServerPages.Ready(state)),
            new("/stats", "Figures; ?filter=REGEX, ?usedonly, ?format=text|json|prometheus", request => StatsPage.Show(request, state)),
            new("/stats/prometheus", "Figures for Prometheus; ?filter=REGEX, ?usedonly", request => StatsPage.Prometheus(request, state)),
            new("/config_dump", "The configuration in force, without secrets", _ => ServerPages.ConfigDump(state)),
            new("/clusters", "Clusters and endpoints; ?format=json", request => ClustersPage.Show(request, state)),
            new("/listeners", "Listeners and their addresses; ?format=json", request => ListenersPage.Show(request, state)),
            new("/server_info", "Version, state, uptime, options and node", _ => ServerPages.Info(state)),
            new("/memory", "Memory in use", _ => ServerPages.Memory()),
            new("/logging", "Level of the process log; change it with POST ?level=debug", _ => LoggingPage.Show(state))
            {
                Post = request => LoggingPage.Change(request, state),
            },
            new("/drain_listeners", "Accept no more connections, end those there are when their requests are answered", null)
            {
                Post = _ => ServerPages.Drain(state),
            },
        ];
        _byPath = _pages.ToDictionary(page => page.Path, StringComparer.Ordinal);
        _byPath["/help"] = _pages[0];
    }

    /// <inheritdoc/>
    public HttpResponse Handle(HttpRequest request)
    {
        var isRead = request.Method is "GET" or "HEAD";
        if (RequestOrigin.Refuse(request, isRead) is { } reason) return HttpResponse.Error(403, reason);
        if (!_byPath.TryGetValue(request.Path, out var page)) return HttpResponse.Error(404, "see / for what there is");
        var action = isRead ? page.Get : request.Method == "POST" ? page.Post : null;
        return action is null ? HttpResponse.Error(405) with { Allow = page.Allow } : action(request);
    }
}
