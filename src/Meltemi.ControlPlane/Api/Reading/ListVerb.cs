using Meltemi.ControlPlane.Api.Errors;
using Meltemi.ControlPlane.Api.Objects;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Reading;

/// <summary>Lists objects, as a whole or page by page.</summary>
internal sealed class ListVerb(IResourceStore store, PagedLists pages)
{
    public async Task RunAsync(ApiRequest request)
    {
        var shown = Representations.Choose(request);
        var filter = ObjectFilter.Of(request);
        var (state, items) = Find(request, filter);

        var limit = request.Number("limit") is { } number and > 0 ? (int)Math.Min(number, items.Length) : items.Length;
        var rest = items.Length - limit;
        var nextPage = rest > 0 ? pages.NextPage(state, items[limit - 1].Key.Namespace, items[limit - 1].Key.Name) : "";
        await ListWriter.WriteAsync(request.Http, shown, new(state.Revision, nextPage, filter.SelectsAll ? rest : null), items.Take(limit));
    }

    private (StoreState State, Resource[] Items) Find(ApiRequest request, ObjectFilter filter)
    {
        if (request.Query("continue") is not { Length: > 0 } page)
        {
            var now = StateAt(request);
            return (now, KindObjects.Select(now, filter));
        }

        if (request.Query("resourceVersion") is not ("" or "0")) throw Failure.BadRequest("specifying resource version is not allowed when using continue");
        var (state, space, name) = pages.Find(page);
        var last = new ResourceKey(filter.Kind, space, name);
        return (state, [.. KindObjects.Select(state, filter).SkipWhile(item => KindObjects.Compare(item.Key, last) <= 0)]);
    }

    // What is asked for is "not older than", which the present state always is, unless the version comes from the future or is meant exactly.
    private StoreState StateAt(ApiRequest request)
    {
        var state = store.Current;
        var match = request.Query("resourceVersionMatch");
        var asked = request.Number("resourceVersion");
        if (match.Length > 0 && asked is null) throw Failure.BadRequest("resourceVersionMatch is forbidden unless resourceVersion is provided");
        if (asked > state.Revision) throw Failure.VersionAhead(asked.Value, state.Revision);
        return match switch
        {
            "" or "NotOlderThan" => state,
            "Exact" when asked is 0 => throw Failure.BadRequest("resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\""),
            "Exact" when asked == state.Revision => state,
            "Exact" => pages.State(asked!.Value) ?? throw Failure.Expired($"The resourceVersion for the provided list is too old: {asked}"),
            _ => throw Failure.BadRequest($"resourceVersionMatch={match}: Exact or NotOlderThan was expected"),
        };
    }
}
