using Meltemi.Xds.Reading;

namespace Meltemi.Resources.Validation;

/// <summary>A field of a resource, and where its problems go.</summary>
internal readonly struct FieldPath(ProblemList problems, string path)
{
    /// <summary>A field of an object.</summary>
    public FieldPath this[string name] => problems.IsProbe ? this : new(problems, path.Length == 0 ? name : $"{path}.{name}");

    /// <summary>An element of a list.</summary>
    public FieldPath this[int index] => problems.IsProbe ? this : new(problems, $"{path}[{index}]");

    /// <summary>A field further in, or the field itself if there is nothing further.</summary>
    public FieldPath Within(string inner) => inner.Length == 0 || problems.IsProbe ? this : new(problems, $"{path}.{inner}");

    /// <summary>Whether there is an error in it already: what follows from it need not be said.</summary>
    public bool IsWrong => problems.IsWrong(path);

    /// <summary>A value of a map.</summary>
    public FieldPath Entry(object key) => problems.IsProbe ? this : new(problems, $"{path}[{key}]");

    /// <summary>Adds an error.</summary>
    public void Error(string message) => problems.Error(path, message);

    /// <summary>Adds a warning.</summary>
    public void Warning(string message) => problems.Warning(path, message);

    /// <summary>Adds an error if there is something to say.</summary>
    /// <param name="subject">Begin of the sentence: what has the complaint.</param>
    /// <param name="complaint">Its end; null: nothing is wrong.</param>
    public void ErrorIf(string subject, string? complaint)
    {
        if (complaint is not null) Error($"{subject}: {complaint}");
    }
}
