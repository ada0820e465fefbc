namespace Meltemi.ControlPlane.Api.Errors;

/// <summary>Ends a request with a <c>Status</c>.</summary>
public sealed class ApiException(ApiStatus status) : Exception(status.Message)
{
    /// <summary>What is answered.</summary>
    public ApiStatus Status { get; } = status;
}
