using System.Text;
using Envoy.Config.Route.V3;
using Meltemi.Codec;
using Meltemi.ControlPlane.Translation;
using Meltemi.Protocols;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Config.Translation;
using Meltemi.Proxy.Routing;
using Meltemi.Xds.Reading;
using Route = Meltemi.Proxy.Routing.Route;

namespace Meltemi.ControlPlane.Tests.Translation.Support;

/// <summary>Routes as the real proxy has them once it took over what was translated.</summary>
internal sealed class ProxyRoutes
{
    /// <summary>The protocols that are built in.</summary>
    public static readonly CodecRegistry Codecs = BuiltInProtocols.Register(new CodecRegistry());

    /// <summary>What the control plane knows about them.</summary>
    public static readonly CodecCatalog Catalog = new(Codecs);

    private readonly AttributeKeys _keys;
    private readonly RouteTable _table;

    /// <param name="routes">What is sent to the proxy, through the wire form; it must find nothing to complain about.</param>
    public ProxyRoutes(RouteConfiguration routes, string protocol = "dubbo")
    {
        var problems = new ProblemList();
        var context = new TranslationContext(problems, Codecs);
        var codec = Codecs.Find(protocol)!.Create(new CodecOptions());
        var received = RouteConfiguration.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(routes));
        Config = EnvoyRoutes.Translate(received, codec.Info, context, "routes");
        Assert.Empty(problems.ToSorted().Select(problem => problem.ToString()));
        _keys = new(RouteTable.WantedKeys(Config));
        _table = RouteTable.Compile(Config, _keys);
    }

    public RouteTableConfig Config { get; }

    /// <summary>The cluster that a request goes to; null: no route.</summary>
    public string? Cluster(params (string Name, string Value)[] attributes) =>
        Match(attributes) is { } route ? _table.ClusterNames[route.PickCluster(0)] : null;

    /// <summary>How often each cluster is chosen in a number of requests with evenly spread chances.</summary>
    public Dictionary<string, int> Spread(int requests, params (string Name, string Value)[] attributes)
    {
        var route = Match(attributes)!;
        return Enumerable.Range(0, requests)
            .Select(i => _table.ClusterNames[route.PickCluster((ulong)i * (ulong.MaxValue / (ulong)requests))])
            .CountBy(name => name)
            .ToDictionary();
    }

    public Route? Match(params (string Name, string Value)[] attributes)
    {
        var values = new AttributeValues();
        values.Reset(_keys);
        foreach (var (name, value) in attributes) values.SetCopy(_keys.IndexOf(name), Encoding.UTF8.GetBytes(value));
        return _table.Match(default, values);
    }
}
