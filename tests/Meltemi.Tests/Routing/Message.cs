using System.Text;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Routing;

namespace Meltemi.Tests.Routing;

/// <summary>A message that is nothing but attribute values, and the table it is matched by.</summary>
internal sealed class Message(AttributeKeys keys)
{
    public AttributeValues Values { get; } = new();

    public byte[] Bytes { get; private set; } = [];

    public static Message Of(RouteTableConfig config, params (string Key, string Value)[] attributes) =>
        new Message(new(RouteTable.WantedKeys(config))).Set(attributes);

    public Message Set(params IEnumerable<(string Key, string Value)> attributes)
    {
        Values.Reset(keys);
        var bytes = new List<byte>();
        foreach (var (key, value) in attributes)
        {
            var utf8 = Encoding.UTF8.GetBytes(value);
            Values.SetRange(keys.IndexOf(key), bytes.Count, utf8.Length);
            bytes.AddRange(utf8);
        }

        Bytes = [.. bytes];
        return this;
    }
}

internal static class Routes
{
    public static RouteConfig Route(string name, params AttributeMatch[] match) =>
        new() { Name = name, Match = [.. match], Clusters = [new("to-" + name, 1)] };

    public static RouteTableConfig Table(params RouteConfig[] routes) => new() { Routes = [.. routes] };

    public static AttributeMatch Exact(string attribute, string value) => new(attribute, new ExactMatch(value));

    public static string? Match(RouteTableConfig config, params (string Key, string Value)[] attributes)
    {
        var keys = new AttributeKeys(RouteTable.WantedKeys(config));
        var message = new Message(keys).Set(attributes);
        return RouteTable.Compile(config, keys).Match(message.Bytes, message.Values)?.Name;
    }
}
