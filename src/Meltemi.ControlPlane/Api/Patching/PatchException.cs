namespace Meltemi.ControlPlane.Api.Patching;

/// <summary>A patch that cannot be applied; the message says why.</summary>
internal sealed class PatchException(string message, bool malformed = false) : Exception(message)
{
    /// <summary>The patch is wrong by itself, whatever it is applied to.</summary>
    public bool Malformed { get; } = malformed;
}
