namespace Meltemi.Protocols.Trpc;

/// <summary>Field numbers of trpc.proto (package trpc).</summary>
internal static class TrpcFields
{
    /// <summary>RequestProtocol.</summary>
    public static class Request
    {
        public const int CallType = 2, Id = 3, Timeout = 4, Caller = 5, Callee = 6, Function = 7, MessageType = 8, TransInfo = 9, ContentType = 10;
    }

    /// <summary>ResponseProtocol.</summary>
    public static class Response
    {
        public const int CallType = 2, Id = 3, Return = 4, FunctionReturn = 5, ErrorMessage = 6, TransInfo = 8;
    }

    /// <summary>TrpcStreamInitMeta.</summary>
    public static class Init
    {
        public const int RequestMeta = 1, ResponseMeta = 2, ContentType = 4;
    }

    /// <summary>TrpcStreamInitRequestMeta.</summary>
    public static class InitRequest
    {
        public const int Caller = 1, Callee = 2, Function = 3, MessageType = 4, TransInfo = 5;
    }

    /// <summary>TrpcStreamInitResponseMeta.</summary>
    public static class InitResponse
    {
        public const int Return = 1, ErrorMessage = 2;
    }

    /// <summary>TrpcStreamCloseMeta.</summary>
    public static class Close
    {
        public const int Type = 1, Return = 2, Message = 3, FunctionReturn = 6;

        /// <summary>Value of the type: both halves end.</summary>
        public const int Reset = 1;
    }
}
