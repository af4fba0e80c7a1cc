"""The pages, one story each; the only code besides app.py that knows Streamlit."""
