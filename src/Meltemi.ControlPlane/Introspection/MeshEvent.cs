namespace Meltemi.ControlPlane.Introspection;

/// <summary>Something that happened in the mesh.</summary>
/// <param name="Time">When.</param>
/// <param name="Subject">To whom: <c>MetaRouter/default/cart</c>, or the id of a proxy.</param>
/// <param name="What">One word: Created, Changed, Deleted, Status, Connected, Disconnected, Accepted, Refused.</param>
/// <param name="Message">Details for people; may be empty.</param>
public sealed record MeshEvent(DateTimeOffset Time, string Subject, string What, string Message);
