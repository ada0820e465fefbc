using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Status;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meltemi.ControlPlane.Tests.Status;

public sealed class StatusWriterTests : IStatusSource, IAsyncDisposable
{
    private static readonly ResourceKey Cart = new(ResourceKinds.MetaRouter, "default", "cart");
    private readonly MemoryStore _store = new();
    private readonly StatusWriter _writer;
    private readonly ConcurrentDictionary<ResourceKey, Resource> _translated = [];
    private ImmutableArray<Diagnostic> _findings = [];
    private ProxyUse _use = ProxyUse.None;

    public StatusWriterTests() => _writer = new(_store, this, TimeProvider.System, NullLogger.Instance);

    [Fact]
    public async Task What_changed_gets_its_status_for_the_generation_that_was_translated()
    {
        _translated[Cart] = await PutAsync();
        _use = new(2, 2, []);

        _writer.Changed(Cart);

        var status = await StatusAsync(status => status.Conditions.Length == 3);
        Assert.Equal(1, status.ObservedGeneration);
        Assert.All(status.Conditions, condition => Assert.True(condition.Holds));
    }

    [Fact]
    public async Task What_was_not_translated_yet_gets_none()
    {
        var other = Cart with { Name = "other" };
        await PutAsync();
        _translated[other] = await PutAsync(other);

        _writer.Changed(Cart);
        _writer.Changed(other);
        await Wait.Until(() => _store.Current.Resources[other].Status is not null);

        Assert.Null(_store.Current.Resources[Cart].Status);
    }

    [Fact]
    public async Task A_status_that_is_the_same_is_not_written_again()
    {
        var other = Cart with { Name = "other" };
        _translated[Cart] = await PutAsync();
        _writer.Changed(Cart);
        await StatusAsync(_ => true);
        var revision = _store.Current.Revision;
        _translated[other] = await PutAsync(other);

        _writer.Changed(Cart);
        _writer.Changed(other);
        await Wait.Until(() => _store.Current.Resources[other].Status is not null);

        Assert.Equal(revision + 2, _store.Current.Revision); // The other one and its status.
    }

    [Fact]
    public async Task Findings_are_messages_and_conditions()
    {
        _translated[Cart] = await PutAsync();
        _findings = [new(Cart, "spec.hosts[0]", true, Condition.Resolved, "there is no host 'cart'")];

        _writer.Changed(Cart);

        var status = await StatusAsync(_ => true);
        Assert.Equal(new StatusMessage(true, "spec.hosts[0]", "there is no host 'cart'"), Assert.Single(status.Messages));
        Assert.Equal([true, false, null], status.Conditions.Select(condition => condition.Holds));
    }

    Resource? IStatusSource.Translated(ResourceKey key) => _translated.GetValueOrDefault(key);

    ImmutableArray<Diagnostic> IStatusSource.Findings(ResourceKey key) => _findings;

    ProxyUse IStatusSource.Use(Resource resource) => _use;

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _store.DisposeAsync();
    }

    private Task<Resource> PutAsync(ResourceKey? key = null)
    {
        var name = (key ?? Cart).Name;
        var json = $$$"""{"apiVersion":"metaprotocol.aeraki.io/v1alpha1","kind":"MetaRouter","metadata":{"name":"{{{name}}}","namespace":"default"},"spec":{}}""";
        var resource = new Resource
        {
            Key = key ?? Cart,
            ApiVersion = "metaprotocol.aeraki.io/v1alpha1",
            Meta = new(),
            Json = Encoding.UTF8.GetBytes(json),
            Spec = new Meltemi.Resources.Aeraki.MetaRouter(),
        };
        return _store.PutAsync(resource, "", CancellationToken.None);
    }

    private async Task<ResourceStatus> StatusAsync(Func<ResourceStatus, bool> good)
    {
        await Wait.Until(() => _store.Current.Resources[Cart].Status is { } status && good(status));
        return _store.Current.Resources[Cart].Status!;
    }

}
