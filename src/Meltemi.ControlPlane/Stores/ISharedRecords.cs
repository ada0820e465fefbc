namespace Meltemi.ControlPlane.Stores;

/// <summary>
/// Small texts, beside the resources, that all controllers on one store share. What a controller says about itself is there as long as it lives; what is
/// written stays. All of it is in memory and follows the store. Members are safe from any thread.
/// </summary>
public interface ISharedRecords
{
    /// <summary>This controller: a name that no other one has.</summary>
    string Self { get; }

    /// <summary>Names of all records that are known here.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>Raised with the names of records that came, changed or went, whoever did it; be quick.</summary>
    event Action<IReadOnlyCollection<string>>? Changed;

    /// <summary>A record as it is known here; null: there is none.</summary>
    SharedRecord? Find(string name);

    /// <summary>
    /// Says something about this controller: written soon, again after whatever was lost, and gone soon after this controller. Names must be this
    /// controller's own. Returns at once.
    /// </summary>
    /// <param name="name">The record.</param>
    /// <param name="text">Its text; null: nothing any more.</param>
    void Say(string name, string? text);

    /// <summary>Writes records that stay, all or nothing; when it returns, they or what was there instead are known here.</summary>
    /// <returns>False: one of them is not as it was expected; nothing was written.</returns>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    Task<bool> TryWriteAsync(IReadOnlyList<RecordWrite> writes, CancellationToken cancel);
}

/// <summary>A text that is shared.</summary>
/// <param name="Text">The text.</param>
/// <param name="Revision">When it was last written.</param>
public sealed record SharedRecord(string Text, long Revision);

/// <summary>One of several writes that belong together.</summary>
/// <param name="Name">The record.</param>
/// <param name="Text">Its new text; null: it is deleted.</param>
/// <param name="Expected">Its revision before; 0: it must not be there.</param>
public sealed record RecordWrite(string Name, string? Text, long Expected);
