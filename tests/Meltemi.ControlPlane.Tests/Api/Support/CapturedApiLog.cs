using System.Collections.Concurrent;
using Meltemi.ControlPlane.Api;

namespace Meltemi.ControlPlane.Tests.Api.Support;

/// <summary>Keeps what the API says.</summary>
internal sealed class CapturedApiLog : IApiLog
{
    private readonly ConcurrentQueue<string> _errors = [], _others = [];

    public IReadOnlyCollection<string> Errors => _errors;

    public IReadOnlyCollection<string> Others => _others;

    public void Info(string message) => _others.Enqueue(message);

    public void Warning(string message) => _others.Enqueue(message);

    public void Error(string message, Exception? cause) => _errors.Enqueue($"{message}: {cause}");
}
