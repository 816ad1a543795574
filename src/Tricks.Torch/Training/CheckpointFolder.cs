using Tricks.Torch.Runtime;
using Tricks.Torch.Weights;

namespace Tricks.Torch.Training;

/// <summary>The folder of one training's checkpoints, held by one process at a time.</summary>
/// <remarks>
/// The lock is the operating system's on the file <c>lock</c>: it ends with the process, however that ends, so a folder never
/// has to be unlocked by hand.
/// </remarks>
public sealed class CheckpointFolder : IDisposable
{
    private const string LockName = "lock";
    private const string TemporaryName = "checkpoint.tmp";
    private const string DamagedExtension = ".damaged";

    private readonly string _folder;
    private readonly FileStream _lock;
    private long _lastNumber;

    /// <summary>Opens the folder, makes it if it is missing, and locks it until disposed.</summary>
    /// <exception cref="ArgumentException">Options are out of range; all faults are listed.</exception>
    /// <exception cref="CheckpointException">The folder cannot be written, or another training has it.</exception>
    public CheckpointFolder(CheckpointOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = options.Faults().ToList();
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(Environment.NewLine, faults));
        (Options, _folder) = (options, Path.GetFullPath(options.Folder));
        _lock = Open(_folder);
        _lastNumber = Files().Select(file => file.Number).DefaultIfEmpty().Max();
    }

    /// <summary>What the folder was opened with.</summary>
    public CheckpointOptions Options { get; }

    private static FileStream Open(string folder)
    {
        try
        {
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                FolderFlush.Flush(Path.GetDirectoryName(folder)!);
            }

            var file = new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.Delete(Path.Combine(folder, TemporaryName)); // of a process that was stopped while it wrote
            return file;
        }
        catch (IOException e) when (File.Exists(Path.Combine(folder, LockName)) && !IsReadOnly(folder))
        {
            throw new CheckpointException(
                $"The checkpoint folder '{folder}' is in use by another training. Wait until it ends, or name another CheckpointFolder; two trainings cannot share one.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(
                $"The checkpoint folder '{folder}' cannot be written: {e.Message} Name a folder that can, or leave CheckpointFolder null to save no checkpoints.", e);
        }
    }

    /// <summary>Whether a new file is refused, which tells a read-only folder from a locked one.</summary>
    private static bool IsReadOnly(string folder)
    {
        try
        {
            using var probe = new FileStream(
                Path.Combine(folder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>The newest checkpoint that is whole; null in a new folder. Damaged ones are set aside under another name and reported.</summary>
    /// <returns>State and tensors, owned by the caller.</returns>
    /// <exception cref="CheckpointException">All are damaged, or the newest is of a newer format.</exception>
    internal (CheckpointState State, SafetensorsContent Content)? Newest()
    {
        var files = Files();
        foreach (var file in files)
        {
            try
            {
                return file.Read();
            }
            catch (InvalidDataException e)
            {
                File.Move(file.Path, file.Path + DamagedExtension, overwrite: true);
                Options.Log?.Invoke(
                    $"The checkpoint '{file.Path}' is damaged: {e.Message}. It was renamed to *{DamagedExtension}; the one before it is tried.");
            }
        }

        return files.Count == 0 ? null : throw new CheckpointException(
            $"All {files.Count} checkpoints in '{_folder}' are damaged; they were renamed to *{DamagedExtension}. Call again to begin anew, or put a copy of a checkpoint back.");
    }

    /// <summary>Adds a checkpoint, and removes the oldest beyond <see cref="CheckpointOptions.Keep"/> once it is safe on the disk.</summary>
    /// <exception cref="CheckpointException">The disk did not take it; the older checkpoints are as they were.</exception>
    internal void Add(CheckpointState state, IEnumerable<NamedTensor> tensors)
    {
        try
        {
            CheckpointFile.Write(_folder, Path.Combine(_folder, TemporaryName), ++_lastNumber, state, tensors);
            foreach (var old in Files().Skip(Options.Keep))
                File.Delete(old.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(
                $"The checkpoint of step {state.Step} could not be written to '{_folder}': {e.Message} {LastGood()} "
                + "Make room or mend the folder, then call again with the same options: the training continues from there.", e);
        }
    }

    /// <summary>Which checkpoint would be continued, for messages.</summary>
    internal string LastGood() => Files() is [var newest, ..]
        ? $"The last good one is '{Path.GetFileName(newest.Path)}'."
        : "There is no earlier one.";

    /// <summary>The checkpoints, newest first.</summary>
    private List<CheckpointFile> Files() =>
    [
        .. Directory.EnumerateFiles(_folder, $"*{CheckpointFile.Extension}").Select(CheckpointFile.FromPath).OfType<CheckpointFile>()
            .OrderByDescending(file => file.Number),
    ];

    /// <summary>Unlocks the folder.</summary>
    public void Dispose() => _lock.Dispose();
}
