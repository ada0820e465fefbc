using Meltemi.Codec;

namespace Meltemi.Proxy.Outbound.Health;

/// <summary>What one loop saw of an endpoint. The loop writes, the detector reads now and then.</summary>
internal sealed class OutlierWatch(OutlierMonitor monitor, bool splitLocalOrigin, bool applicationErrors)
{
    private Outcomes _answers;
    private Outcomes _attempts;

    /// <summary>Answers, and how many were errors; with them, unless they are judged apart, the requests that got none.</summary>
    public Outcomes Answers => _answers;

    /// <summary>Requests, and how many got no answer, if that is judged apart.</summary>
    public Outcomes Attempts => _attempts;

    /// <summary>The end of a try.</summary>
    public void Report(in TryOutcome outcome)
    {
        switch (outcome.Result)
        {
            case TryResult.Unknown:
                break;
            case TryResult.Answered:
                Answered(outcome.Status);
                break;
            case TryResult.Malformed:
                Answered(AnswerStatus.ServerError);
                break;
            default:
                Unanswered();
                break;
        }
    }

    /// <summary>The loop sends nothing there any more.</summary>
    public void Close() => monitor.Remove(this);

    private void Answered(AnswerStatus status)
    {
        if (splitLocalOrigin)
        {
            _attempts.Total++;
            monitor.GotAnswer();
        }

        _answers.Total++;
        if (status is AnswerStatus.Ok or AnswerStatus.ClientError || (status == AnswerStatus.ApplicationError && !applicationErrors))
        {
            monitor.Succeeded();
            return;
        }

        _answers.Failed++;
        monitor.Failed(isGatewayFailure: status is AnswerStatus.Overloaded or AnswerStatus.Timeout);
    }

    private void Unanswered()
    {
        if (splitLocalOrigin)
        {
            _attempts.Total++;
            _attempts.Failed++;
            monitor.GotNoAnswer();
            return;
        }

        _answers.Total++;
        _answers.Failed++;
        monitor.Failed(isGatewayFailure: true);
    }
}

/// <summary>A number of requests, and how many of them failed.</summary>
internal struct Outcomes
{
    public long Total;
    public long Failed;

    public static Outcomes operator +(Outcomes a, Outcomes b) => new() { Total = a.Total + b.Total, Failed = a.Failed + b.Failed };

    public static Outcomes operator -(Outcomes a, Outcomes b) => new() { Total = a.Total - b.Total, Failed = a.Failed - b.Failed };
}
