namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>The attributes that a listener's access logs show. Formats add theirs while they are compiled; then it is read only.</summary>
public sealed class AccessLogKeys
{
    private readonly List<string> _request = [];
    private readonly List<string> _response = [];

    /// <summary>Attributes of requests, in the order of their numbers: keys for the codec to read, and names for the packer.</summary>
    public IReadOnlyList<string> Request => _request;

    /// <summary>Attributes of answers.</summary>
    public IReadOnlyList<string> Response => _response;

    internal int Add(string name, bool ofResponse)
    {
        var names = ofResponse ? _response : _request;
        var index = names.IndexOf(name);
        if (index >= 0) return index;
        names.Add(name);
        return names.Count - 1;
    }
}
