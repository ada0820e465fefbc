namespace ThriftService;

/// <summary>Kinds of messages.</summary>
internal enum ThriftMessageType
{
    Call = 1,
    Reply = 2,
    Exception = 3,
    OneWay = 4,
}

/// <summary>Types of fields.</summary>
internal enum ThriftType : byte
{
    Stop = 0,
    Bool = 2,
    Byte = 3,
    Double = 4,
    Int16 = 6,
    Int32 = 8,
    Int64 = 10,
    Text = 11,
    Struct = 12,
    Map = 13,
    Set = 14,
    List = 15,
}

/// <summary>Types of TApplicationException that are used here.</summary>
internal static class ThriftError
{
    public const int UnknownMethod = 1;
    public const int ProtocolError = 7;
}
