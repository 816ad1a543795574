namespace Tricks.Torch.Data;

/// <summary>Bytes of memory that several holders of images share.</summary>
/// <param name="limitBytes">All of them together; null allows a quarter of the machine's memory.</param>
public sealed class MemoryBudget(long? limitBytes = null)
{
    private readonly long _limit = limitBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;
    private long _taken;

    /// <summary>Bytes taken so far.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes that many bytes, or none if they do not fit.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= _limit)
            return true;
        Release(bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
