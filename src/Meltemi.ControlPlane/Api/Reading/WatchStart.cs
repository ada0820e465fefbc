using Meltemi.ControlPlane.Api.Errors;
using Meltemi.ControlPlane.Stores;

namespace Meltemi.ControlPlane.Api.Reading;

/// <summary>Where a watch begins and what it wants to be told.</summary>
/// <param name="Filter">About which objects.</param>
/// <param name="AfterRevision">Changes after this one, if there are no initial events.</param>
/// <param name="InitialEvents">First what is there, as additions.</param>
/// <param name="MarkInitialEnd">Then a bookmark that says that this was all.</param>
/// <param name="Bookmarks">Versions from time to time, even if nothing happens.</param>
internal sealed record WatchStart(ObjectFilter Filter, long AfterRevision, bool InitialEvents, bool MarkInitialEnd, bool Bookmarks)
{
    /// <exception cref="ApiException">400: the parameters do not fit together.</exception>
    public static WatchStart Of(ApiRequest request, StoreState now)
    {
        var version = request.Number("resourceVersion") ?? 0;
        var bookmarks = request.Flag("allowWatchBookmarks");
        var filter = ObjectFilter.Of(request);
        var match = request.Query("resourceVersionMatch");
        var asksForInitialEvents = request.Query("sendInitialEvents").Length > 0;
        if (asksForInitialEvents && match != "NotOlderThan")
            throw Failure.BadRequest("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        if (!asksForInitialEvents && match.Length > 0)
            throw Failure.BadRequest("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");

        // What is there now is not older than any version of the past.
        if (asksForInitialEvents && request.Flag("sendInitialEvents")) return new(filter, now.Revision, true, bookmarks, bookmarks);
        return version == 0
            ? new(filter, now.Revision, InitialEvents: !asksForInitialEvents, false, bookmarks)
            : new(filter, version, false, false, bookmarks);
    }
}
