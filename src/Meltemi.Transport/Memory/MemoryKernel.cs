namespace Meltemi.Transport;

internal static class MemoryKernel;
