using System.Collections.Immutable;

namespace Meltemi.ControlPlane.Api.Errors;

/// <summary>An answer that is no object: Kubernetes' <c>Status</c>.</summary>
/// <param name="Code">HTTP status.</param>
/// <param name="Reason">One word in camel case, which programs decide by; empty for success.</param>
/// <param name="Message">A sentence for people.</param>
public sealed record ApiStatus(int Code, string Reason, string Message)
{
    /// <summary>Plural name of the kind that it is about; for invalid objects the kind.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Group of that kind.</summary>
    public string Group { get; init; } = "";

    /// <summary>Name of the object that it is about.</summary>
    public string Name { get; init; } = "";

    /// <summary>Uid of the object that it is about.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Everything that is wrong, one by one.</summary>
    public ImmutableArray<StatusCause> Causes { get; init; } = [];

    /// <summary>When to try again; null: no use.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Where a list goes on although its snapshot is gone.</summary>
    public string Continue { get; init; } = "";

    /// <summary>Whether it says that all went well.</summary>
    public bool IsSuccess => Code < 400;
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Reason">Such as <c>FieldValueInvalid</c>.</param>
/// <param name="Message">What is wrong with it.</param>
/// <param name="Field">Path of the field, such as <c>spec.hosts[0]</c>; empty for the whole.</param>
public sealed record StatusCause(string Reason, string Message, string Field);
