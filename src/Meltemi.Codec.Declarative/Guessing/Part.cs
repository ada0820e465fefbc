namespace Meltemi.Codec.Declarative.Guessing;

/// <summary>Something that is known of a message's bytes: a field of the layout that is to be.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Width">Bytes; 0: another field says, or all the rest.</param>
/// <param name="Name">Name for it.</param>
/// <param name="Text">What stands in the description beside the name.</param>
/// <param name="Comment">Why, and how sure.</param>
internal sealed record Part(int Offset, int Width, string Name, string Text, string Comment)
{
    public int End => Offset + Width;

    public bool Overlaps(NumberAt number) => Width > 0 && number.Offset < End && Offset < number.End;
}
