namespace DubboService;

/// <summary>Statuses of answers that are used here. Anything but <see cref="Ok"/> comes with one text: what went wrong.</summary>
public static class DubboStatus
{
    public const byte Ok = 20;
    public const byte BadRequest = 40;
    public const byte ServiceNotFound = 60;
    public const byte ServiceError = 70;
}
