using Meltemi.Xds.Client;
using Meltemi.Xds.Server;

namespace Meltemi.Proxy.Config.Dynamic;

/// <summary>The routes that control planes give (RDS), each asked for as long as a listener names it.</summary>
internal sealed class RouteResources(
    ResourceTranslator translator, SourceTable sources, IClusterView clusters, WaitingList waitingList, ISerialQueue queue, Action<RouteTableState> inForce)
{
    private readonly Dictionary<(Source Source, string Name), RouteTableState> _tables = [];

    /// <summary>What there is to tell of each.</summary>
    public IEnumerable<ResourceStatus> Status => _tables.Values.Select(
        table => new ResourceStatus(XdsTypes.Route, table.Name, table.Received, table.WarmingResource, table.Error));

    /// <summary>A listener wants to run by these routes.</summary>
    public RouteTableState Use(Source source, string name, ListenerVersion listener)
    {
        if (!_tables.TryGetValue((source, name), out var table))
        {
            _tables[(source, name)] = table = new(source, name, clusters, waitingList, queue, inForce);
            source.Subscribe(XdsTypes.Route, name);
        }

        table.Users.Add(listener);
        return table;
    }

    /// <summary>A listener no longer runs by these routes.</summary>
    public void Release(RouteTableState table, ListenerVersion listener)
    {
        if (!table.Users.Remove(listener) || table.Users.Count > 0) return;
        _tables.Remove((table.Source, table.Name));
        table.Forget();
        table.Source.Unsubscribe(XdsTypes.Route, table.Name);
        sources.Tidy(table.Source);
    }

    /// <summary>
    /// Routes came; the answer is why they cannot be used. That there are none of a name changes nothing: a listener goes with its own resource.
    /// </summary>
    public XdsRejection? Receive(Source source, XdsResource resource)
    {
        if (!_tables.TryGetValue((source, resource.Name), out var table)) return null;
        var now = queue.Time.GetUtcNow();
        var (config, reason) = translator.Routes(resource);
        if (config is null)
        {
            table.Error = new(resource, now, reason!);
            return new(resource.Name, reason!);
        }

        table.Take(config, new(resource, now));
        return null;
    }
}
