using System.Text;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Routing;

namespace Meltemi.Bench.Micro.Routing;

/// <summary>A compiled table and one message whose attributes are read already.</summary>
internal sealed class AttributeMessage
{
    private readonly RouteTable _table;
    private readonly AttributeValues _values = new();
    private readonly byte[] _bytes;

    public AttributeMessage(IEnumerable<RouteConfig> routes, params (string Key, string Value)[] attributes)
    {
        var config = new RouteTableConfig { Routes = [.. routes] };
        var keys = new AttributeKeys(RouteTable.WantedKeys(config));
        _table = RouteTable.Compile(config, keys);
        _values.Reset(keys);
        _bytes = Encoding.UTF8.GetBytes(string.Concat(attributes.Select(attribute => attribute.Value)));
        var offset = 0;
        foreach (var (key, value) in attributes)
        {
            var length = Encoding.UTF8.GetByteCount(value);
            _values.SetRange(keys.IndexOf(key), offset, length);
            offset += length;
        }
    }

    public Route? Match() => _table.Match(_bytes, _values);

    /// <summary>A bench that measures the wrong thing must not run.</summary>
    public AttributeMessage Expect(string? name) =>
        Match()?.Name == name ? this : throw new InvalidOperationException($"expected route '{name}', got '{Match()?.Name}'");
}
