using Google.Protobuf;
using static Meltemi.Resources.Istio.EnvoyFilter.Types.Patch.Types;

namespace Meltemi.ControlPlane.Translation.EnvoyFilters;

/// <summary>The operations that change a list: what is inserted where, replaced or removed.</summary>
internal static class ListPatches
{
    /// <summary>Applies a patch. MERGE is not about the list and does nothing here.</summary>
    /// <param name="list">The list.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="matches">Which items it is for; null: it names none, so that before means first and after means last.</param>
    public static void Apply<T>(IList<T> list, EnvoyPatch patch, Func<T, bool>? matches) where T : class, IMessage
    {
        switch (patch.Operation)
        {
            case Operation.Add:
                list.Add(patch.Copy<T>());
                break;
            case Operation.InsertFirst:
                list.Insert(0, patch.Copy<T>());
                break;
            case Operation.InsertBefore when matches is null:
                list.Insert(0, patch.Copy<T>());
                break;
            case Operation.InsertAfter when matches is null:
                list.Add(patch.Copy<T>());
                break;
            case Operation.InsertBefore when Find(list, matches) is >= 0 and var index:
                list.Insert(index, patch.Copy<T>());
                break;
            case Operation.InsertAfter when Find(list, matches) is >= 0 and var index:
                list.Insert(index + 1, patch.Copy<T>());
                break;
            case Operation.Replace when Find(list, matches) is >= 0 and var index:
                list[index] = patch.Copy<T>();
                break;
            case Operation.Remove when matches is not null:
                Remove(list, matches);
                break;
        }
    }

    /// <summary>Removes all items that match.</summary>
    public static void Remove<T>(IList<T> list, Func<T, bool> matches)
    {
        for (var i = list.Count - 1; i >= 0; i--)
            if (matches(list[i]))
                list.RemoveAt(i);
    }

    private static int Find<T>(IList<T> list, Func<T, bool>? matches)
    {
        for (var i = 0; i < list.Count; i++)
            if (matches is not null && matches(list[i]))
                return i;
        return -1;
    }
}
