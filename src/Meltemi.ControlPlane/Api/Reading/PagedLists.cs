using System.Globalization;
using System.Text;
using Meltemi.ControlPlane.Api.Errors;
using Meltemi.ControlPlane.Stores;

namespace Meltemi.ControlPlane.Api.Reading;

/// <summary>
/// Keeps the states that lists are being read from page by page, so that all pages show the same one. States share what they have in common, so
/// one costs little; the oldest is forgotten when there are too many, and its readers begin again (410).
/// </summary>
internal sealed class PagedLists(int limit)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<StoreState> _states = [];

    /// <summary>Remembers a state and says where its next page begins.</summary>
    public string NextPage(StoreState state, string lastNamespace, string lastName)
    {
        lock (_lock)
        {
            if (_states.All(known => known.Revision != state.Revision)) _states.AddLast(state);
            if (_states.Count > limit) _states.RemoveFirst();
        }

        return Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"v1/{state.Revision}/{lastNamespace}/{lastName}")));
    }

    /// <summary>The state of a page, and the place behind which it begins.</summary>
    /// <exception cref="ApiException">400: no such place; 410: the state is forgotten.</exception>
    public (StoreState State, string Namespace, string Name) Find(string page)
    {
        var parts = Decode(page).Split('/');
        if (parts is not ["v1", var revision, var space, var name] || !long.TryParse(revision, CultureInfo.InvariantCulture, out var number))
            throw Failure.BadRequest("continue key is not valid: it is not one that this server gave");
        return State(number) is { } state
            ? (state, space, name)
            : throw Failure.Expired("The provided continue parameter is too old to display a consistent list result: list again without it");
    }

    /// <summary>A state that is remembered; null: it is not.</summary>
    public StoreState? State(long revision)
    {
        lock (_lock) return _states.FirstOrDefault(state => state.Revision == revision);
    }

    private static string Decode(string page)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(page));
        }
        catch (FormatException)
        {
            return "";
        }
    }
}
