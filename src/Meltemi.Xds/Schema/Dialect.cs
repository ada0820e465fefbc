namespace Meltemi.Xds.Schema;

/// <summary>Whose habits hold for writing the messages of a set as text.</summary>
public enum Dialect
{
    /// <summary>
    /// Protobuf's JSON form as Envoy's users write it: names in snake_case or camelCase, one value where a list is meant, numbers in
    /// quotes, texts without.
    /// </summary>
    Envoy,

    /// <summary>
    /// As the Kubernetes API has it: names in camelCase, a list is a list, a number is no text and a text no number; durations also as Go
    /// writes them, such as 1m30s.
    /// </summary>
    Kubernetes,
}
